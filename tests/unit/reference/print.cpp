// Prints docs/metrics.md. Runs in the project's folder: it reads golden files of tests/.
#include <exception>
#include <iostream>

#include "tests/unit/reference/sections.h"

int main() {
    using namespace understudy::reference;
    try {
        std::cout << reference_text(all_sections());
    } catch (const std::exception& error) {
        std::cerr << "understudy-metrics-reference: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
