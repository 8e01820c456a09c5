// Boost.JSON, compiled once into the program: otherwise its headers need a library to link. line.cc writes with it.
#include <boost/json/src.hpp>
