#include <iostream>

#include "tests/bench/rejoin/report.h"
#include "tests/stack/cases/running_stack.h"

namespace understudy::stack {
namespace {

class Rejoin : public RunningStack {};

// Killed, cut off and killed, frozen: each once, under all kinds of load.
TEST_F(Rejoin, BringsABrokenPrimaryBackWithTheSameDataAndItsOrphansKept) {
    constexpr int kOfEachFault = 3;
    const auto rounds =
        bench::measure_rounds(kOfEachFault, [](const bench::Round& round, int number) {
            std::cout << bench::line_of(round, number) << std::endl;
        });
    ASSERT_TRUE(good(rounds));
    EXPECT_TRUE(bench::promises_kept(*rounds)) << bench::rejoin_report(*rounds);
    for (const auto& round : *rounds) EXPECT_NE(round.way, "refused") << round.host;
}

}  // namespace
}  // namespace understudy::stack
