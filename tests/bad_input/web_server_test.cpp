// What the site's health page says on a server whose pages could not be answered. Here there are no
// passwords of the site.
#include "tests/bad_input/program.h"

namespace understudy::bad_input {
namespace {

class WebServerWithBadInput : public ProgramTest {};

TEST_F(WebServerWithBadInput, NamesThePasswordThatItCannotRead) {
    const auto result = run({"php", UNDERSTUDY_APP "/public/healthz.php"});
    EXPECT_EQ(result.output, "cannot read /run/secrets/guestbook_rw_password\n");
}

}  // namespace
}  // namespace understudy::bad_input
