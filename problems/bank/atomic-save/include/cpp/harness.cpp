#include "harness_body.h"
