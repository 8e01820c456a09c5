#pragma once

#include "apps/common/values.h"
