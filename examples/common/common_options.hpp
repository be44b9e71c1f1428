#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string_view>

#include "command_line.hpp"

namespace examples {

// Options that several programs have, of an `Options` with a member of that name.

template <class Options>
inline constexpr OptionDef<Options> threads_option{
    "--threads", "N", "threads of a session (default: all CPUs of this process)",
    [](Options& o, const Argument& a) { o.threads = a.threads(); }};

template <class Options>
inline constexpr OptionDef<Options> data_option{
    "--data", "FILE.csv", "fit these data; the first line names the columns",
    [](Options& o, const Argument& a) { o.data = a.text; }};

template <class Options>
inline constexpr OptionDef<Options> target_option{
    "--target", "COLUMN", "the column of FILE.csv to predict (default: the last)",
    [](Options& o, const Argument& a) { o.target = a.text; }};

template <class Options>
inline constexpr OptionDef<Options> help_option{"--help", "", "print this text",
                                                [](Options& o, const Argument&) { o.help = true; }};

/// Throws UserError if, of the options `given`, one of `generated` stands beside --data, or
/// --target without it. `generated` say what data to generate.
void check_data_options(const std::set<std::string_view>& given,
                        std::initializer_list<std::string_view> generated);

}  // namespace examples
