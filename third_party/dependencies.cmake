# Finds what deft is built on. One message names all that is missing.

list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}/package")
set(deft_missing "")

# deft_require(<debian package> <arguments of find_package>...)
macro(deft_require debian name)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND deft_missing ${debian})
  endif()
endmacro()

deft_require(libboost-graph-dev Boost 1.74 CONFIG)
deft_require(libdnnl-dev dnnl 2.6 MODULE)
deft_require(libeigen3-dev Eigen3 3.4 CONFIG)
deft_require(libhwy-dev hwy 1.0 CONFIG)
deft_require(libspdlog-dev spdlog 1.10 CONFIG)
deft_require(zlib1g-dev ZLIB 1.2.11 MODULE)
deft_require(libc6-dev Threads)
if(DEFT_COLLECTIVES)
  deft_require(libgloo-dev Gloo CONFIG)
  find_path(DEFT_PMIX_INCLUDE_DIR pmix.h PATH_SUFFIXES pmix2/include ${CMAKE_LIBRARY_ARCHITECTURE}/pmix2/include
            PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pmix2/include)  # without it ranks meet in folders alone
endif()
find_path(DEFT_XBYAK_INCLUDE_DIR xbyak/xbyak.h)  # without it deft generates no code
if(DEFT_BUILD_TESTS)
  deft_require(doctest-dev doctest 2.4 CONFIG)
endif()

if(deft_missing)
  list(JOIN deft_missing " " deft_missing)
  message(FATAL_ERROR
    "deft cannot find these Debian packages, or finds them too old: ${deft_missing}\n"
    "Install what is missing with third_party/install.sh, or with\n"
    "  sudo apt-get install ${deft_missing}")
endif()
