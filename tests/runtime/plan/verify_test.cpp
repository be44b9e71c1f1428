#include "plan/verify.hpp"

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/graphs/any_graph.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// A plan with a group, an operation in none, a constant, a written variable, a control dependency
/// and fetches.
struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {400, 2}, {.name = "x"});
  Output w = variable(zeros(graph, DType::f32, {400, 2}), {.name = "w"});
  Output y = exp(x * 2 - w, {.name = "y"});
  Output apart = transpose(y, {}, {.name = "apart"});
  Output sum = reduce_sum(y, {.name = "sum"});
  Output step = assign(w, y, {.name = "step"});
  Output after = neg(sum, {.name = "after"});
  Drafting drafting{graph, {apart, sum, step, after}, {{x, Tensor::zeros(DType::f32, {400, 2})}}};

  Bench() { graph.add_control_dependency(step, after); }

  Draft& begin() { return drafting.begin().through({drop_unused}).draft(); }
  Draft& fused() {
    begin();
    return drafting.through({fuse}).draft();
  }

  static std::uint32_t at(const Draft& draft, const Output& output) {
    return draft.position[output.node_id()];
  }
};

TEST_CASE("a draft is in order after every pass") {
  Bench t;
  Draft& draft = t.drafting.draft();
  const auto check = [&](std::string (*pass)(Draft&)) {
    t.drafting.through({pass});
    CHECK(fault_of(draft) == "");
  };
  for (const auto pass : {collect, prune, infer_shapes, order_effects}) check(pass);
  begin_rewriting(draft);
  for (const auto pass :
       {simplify, drop_unused, fold_constants, merge_duplicates, drop_unused, fuse})
    check(pass);
  REQUIRE(draft.groups.size() == 1);
  Plan plan;
  plan.graph = t.graph;
  Emission emission;
  emit(draft, emission, plan);
  CHECK(fault_of(draft) == "");
  CHECK(fault_of(emission, draft.specs.size()) == "");
  plan_memory(draft, emission, plan);
  CHECK(fault_of(draft) == "");
}

struct Fault {
  std::function<void(Bench&, Draft&)> plant;
  const char* found;  // part of the text
};

TEST_CASE("a planted fault is found") {
  const Fault faults[] = {
      {[](Bench&, Draft& d) { d.needed.pop_back(); }, "needed has "},
      {[](Bench&, Draft& d) { d.pinned.push_back(false); }, "pinned has "},
      {[](Bench&, Draft& d) { d.operations.pop_back(); }, "operations has "},
      {[](Bench&, Draft& d) { d.first_value.pop_back(); }, "first_value has "},
      {[](Bench&, Draft& d) { d.first_value[1] = 99; }, "values do not stand one behind the other"},
      {[](Bench&, Draft& d) { d.same_as.pop_back(); }, "same_as has "},
      {[](Bench&, Draft& d) { d.inputs.append({}); }, "inputs: "},
      {[](Bench& t, Draft& d) { d.inputs[t.at(d, t.y)][0] = 1000; }, "inputs: 1000 does not exist"},
      {[](Bench& t, Draft& d) { d.waits[t.at(d, t.y)][0] = 1000; }, "waits: 1000 does not exist"},
      {[](Bench&, Draft& d) { d.operations[1].op = nullptr; }, "has no op"},
      {[](Bench&, Draft& d) { d.operations[1].attributes = nullptr; }, "has no attributes"},
      {[](Bench& t, Draft& d) { d.operations[t.at(d, t.y)].op = d.operations[t.at(d, t.step)].op; },
       "('y') has 1 inputs, which is not for its op"},
      {[](Bench& t, Draft& d) { d.position[t.y.node_id()] = 0; }, "is not at its position"},
      {[](Bench& t, Draft& d) { d.specs[d.value(t.y.endpoint())] = nullptr; }, "has no shape"},
      {[](Bench& t, Draft& d) { d.same_as[d.value(t.y.endpoint())] = d.value(t.sum.endpoint()); },
       "is replaced by one of another spec"},
      {[](Bench& t, Draft& d) {
         d.same_as[d.value(t.y.endpoint())] = d.value(t.step.endpoint());
         d.same_as[d.value(t.step.endpoint())] = d.value(t.y.endpoint());
       },
       "is replaced by itself"},
      {[](Bench& t, Draft& d) { d.needed[t.at(d, t.y)] = false; }, "('y'), which is not needed"},
      {[](Bench& t, Draft& d) { d.inputs[t.at(d, t.y)][0] = d.value(t.step.endpoint()); },
       "('y') reads from position"},
      {[](Bench& t, Draft& d) { d.waits[t.at(d, t.y)][0] = t.at(d, t.step); },
       "('step'), which comes later"},
      {[](Bench&, Draft& d) { std::swap(d.controls[0].first, d.controls[0].second); },
       " cannot wait for "},
      {[](Bench& t, Draft& d) { d.needed[t.at(d, t.after)] = false; },
       "('after') is fetched, but not needed"},
      {[](Bench&, Draft& d) { d.fetches[0].value = 1000; }, "what is fetched does not exist"},
      {[](Bench& t, Draft& d) { d.variables[0].start = d.value(t.y.endpoint()); },
       "variable 'w' does not start"},
      {[](Bench& t, Draft& d) { d.variables[0].final = d.value(t.y.endpoint()); },
       "variable 'w' does not end"},
      {[](Bench& t, Draft& d) { d.fed.push_back(d.value(t.y.endpoint())); },
       "is fed, but computed"},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.found);
    Bench t;
    Draft& draft = t.begin();
    REQUIRE(fault_of(draft) == "");
    fault.plant(t, draft);
    CAPTURE(fault_of(draft));
    CHECK(fault_of(draft).find(fault.found) != std::string::npos);
  }
}

TEST_CASE("a planted fault of a group is found") {
  const Fault faults[] = {
      {[](Bench&, Draft& d) { d.group_of.clear(); }, "groups without members"},
      {[](Bench&, Draft& d) { d.groups[0].members.pop_back(); },
       "other members than its leader and programs"},
      {[](Bench&, Draft& d) { d.groups[0].kernel.run = nullptr; }, "has no kernel"},
      {[](Bench&, Draft& d) {
         static OpDef apart;
         const std::uint32_t at = d.groups[0].members[0];
         apart = d.op(at);
         apart.form = nullptr;
         d.operations[at].op = &apart;
       },
       "may not join"},
      {[](Bench&, Draft& d) { d.groups.push_back(d.groups[0]); }, "group 1 shares a member"},
      {[](Bench& t, Draft& d) { d.group_of[t.at(d, t.apart)] = 0; }, "does not know it"},
      {[](Bench& t, Draft& d) { d.groups[0].inputs.push_back(d.value(t.y.endpoint())); },
       "takes a value that it makes"},
      {[](Bench& t, Draft& d) { d.groups[0].outputs.push_back(d.value(t.x.endpoint())); },
       "gives a value that it does not make"},
      {[](Bench&, Draft& d) { d.groups[0].outputs.clear(); }, "group 0 does not give value "},
      {[](Bench& t, Draft& d) {  // a group around an operation that waits for it
         d.waits[t.at(d, t.sum)][0] = t.at(d, t.apart);
       },
       "waits for itself"},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.found);
    Bench t;
    Draft& draft = t.fused();
    REQUIRE(draft.groups.size() == 1);
    REQUIRE(fault_of(draft) == "");
    fault.plant(t, draft);
    CAPTURE(fault_of(draft));
    CHECK(fault_of(draft).find(fault.found) != std::string::npos);
  }
}

TEST_CASE("a planted fault of the instructions is found") {
  struct Planted {
    std::function<void(Bench&, const Draft&, Emission&)> plant;
    const char* found;
  };
  const Planted faults[] = {
      {[](Bench&, const Draft&, Emission& made) { made.roots.pop_back(); }, "roots has "},
      {[](Bench&, const Draft&, Emission& made) { made.in_place.pop_back(); }, "in_place has "},
      {[](Bench&, const Draft&, Emission& made) {
         const auto last = static_cast<std::uint32_t>(made.before.size() - 1);
         made.before[last][0] = last;
       },
       " waits for a later one"},
      {[](Bench& t, const Draft& d, Emission& made) {
         made.roots[d.value(t.sum.endpoint())] = d.value(t.y.endpoint());
         made.roots[d.value(t.after.endpoint())] = d.value(t.sum.endpoint());
       },
       "has the bytes of one that has others'"},
  };
  for (const Planted& fault : faults) {
    CAPTURE(fault.found);
    Bench t;
    Draft& draft = t.begin();
    Plan plan;
    plan.graph = t.graph;
    Emission emission;
    emit(draft, emission, plan);
    REQUIRE(fault_of(emission, draft.specs.size()) == "");
    fault.plant(t, draft, emission);
    const std::string found = fault_of(emission, draft.specs.size());
    CAPTURE(found);
    CHECK(found.find(fault.found) != std::string::npos);
  }
}

TEST_CASE("the error names the pass") {
  Bench t;
  Draft& draft = t.begin();
  CHECK_NOTHROW(verify(draft, "simplify"));
  draft.needed.pop_back();
  const auto error = caught<InternalError>([&] { verify(draft, "simplify"); });
  CHECK(std::string(error.what()).find("after the pass 'simplify' of a plan: needed has ") !=
        std::string::npos);
}

TEST_CASE("plans of random graphs are verified, in release builds too") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    AnyGraph any(seed);
    const Feeds feeds = any.grown.feeds(0);
    for (std::vector<Output> fetches : any.fetches) {
      fetches.push_back(any.step);
      PlanRequest request;
      for (const Output& fetch : fetches) request.fetches.push_back(fetch.endpoint());
      for (const Feed& feed : feeds.list())
        request.feeds.push_back({feed.placeholder.endpoint(), feed.value.shape()});
      for (const Numerics numerics : {Numerics::exact, Numerics::reassociate_f64})
        CHECK_NOTHROW(compile(any.grown.graph, request,
                              {.threads = 2, .numerics = numerics, .verify = true}, {}));
    }
  }
}

}  // namespace
}  // namespace deft
