#include "fashion/report.hpp"

#include <doctest/doctest.h>

#include "examples/json.hpp"
#include "sample_report.hpp"

namespace examples::fashion {

TEST_CASE("the tables of a training") {
  const std::string text = to_text(sample_report(), sample_options());
  CHECK(text.starts_with("mlp, 247766 parameters, 2 threads, 12.5 s, resumed after 1 epoch\n\n"));
  CHECK(text.find("epoch   train loss   train accuracy   test loss   test accuracy\n"
                  "1           0.5000           0.8000      0.4500          0.8200\n") !=
        std::string::npos);
  CHECK(text.find("Boot ") != std::string::npos);
  CHECK(text.ends_with("\ntest accuracy 0.9000\n"));
}

TEST_CASE("the JSON object of a training") {
  const Json json = JsonReader(to_json(sample_report(), sample_options())).whole();
  CHECK(json["model"].text == "mlp");
  CHECK(json["seed"].number == 1);
  CHECK(json["threads"].number == 2);
  CHECK(json["epochs"].number == 2);
  CHECK(json["parameters"].number == 247766);
  CHECK(json["train_loss"].number == 0.25);
  CHECK(json["test_loss"].number == 0.3);
  CHECK(json["test_accuracy"].number == 0.9);
  CHECK(json["seconds"].number == 12.5);
}

}  // namespace examples::fashion
