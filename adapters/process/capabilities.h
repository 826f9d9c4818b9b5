// This process's capabilities (capabilities(7)).
#pragma once

#include "core/result.h"

namespace understudy::adapters {

// Makes every capability that is permitted effective, for this thread and those it starts: a
// program whose file only permits them runs also where some are not given. kIo, errno in `number`.
core::Result<void> use_permitted_capabilities();

}  // namespace understudy::adapters
