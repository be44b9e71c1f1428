#include "files/zip/zip_writer.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "files/file.hpp"
#include "files/zip/zip_directory.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("sizes and offsets that need 8 bytes") {
  const TempFolder folder;
  const std::string content(1000, 'x');
  for (const std::uint64_t zip64_from : {0U, 1U, 100U, 1001U, 2000U}) {
    CAPTURE(zip64_from);
    FileWriter file(folder / "a.zip", {});
    ZipWriter zip(file, zip64_from);
    const std::array parts{std::as_bytes(std::span(content)), std::as_bytes(std::span(content))};
    zip.add("stored", parts, false);
    zip.add("deflated", parts, true);
    zip.finish();
    file.commit();
    const auto entries = read_zip_directory(File(folder / "a.zip", SourceLocation{}));
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].name == "stored");
    CHECK(entries[0].size == 2000);
    CHECK_FALSE(entries[0].deflated);
    CHECK(entries[0].end - entries[0].begin == 2000);
    CHECK(entries[1].name == "deflated");
    CHECK(entries[1].size == 2000);
    CHECK(entries[1].deflated);
    CHECK(entries[1].local == entries[0].end);
    CHECK(entries[1].crc32 == entries[0].crc32);
  }
}

}  // namespace deft
