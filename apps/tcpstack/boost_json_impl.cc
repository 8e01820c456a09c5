// Boost.JSON, compiled once into the program: its headers alone then need no library to link.
// line.cc writes with it.
#include <boost/json/src.hpp>
