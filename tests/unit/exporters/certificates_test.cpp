#include "exporters/certificates/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/exporters/folder.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(CertificatesTest, ReadsSubjectsAndEnds) {
    const auto ends = parse_certificates(golden("certificates.pem"));
    ASSERT_TRUE(ends) << describe(ends.error());
    // openssl x509 -noout -subject -enddate -nameopt RFC2253
    EXPECT_EQ(*ends,
              (std::vector<CertificateEnd>{{"CN=www.foobar.com,O=Understudy", 2082758399},
                                           {"CN=Understudy stack CA,O=Understudy", 2114380799}}));
}

TEST(CertificatesTest, KeepsTheEarliestEndOfASubjectThatStandsThereTwice) {
    const auto once = golden("certificates.pem");
    const auto ends = parse_certificates(once + once);
    ASSERT_TRUE(ends);
    EXPECT_EQ(ends->size(), 2U);
}

TEST(CertificatesTest, RefusesWhatHoldsNone) {
    EXPECT_FALSE(parse_certificates(""));
    EXPECT_FALSE(parse_certificates("no certificate\n"));
    EXPECT_FALSE(
        parse_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

TEST(CertificatesTest, BearsDamage) {
    bears_damage(golden("certificates.pem"), parse_certificates);
}

TEST(CertificatesTest, TellsOfAFileThatCannotBeRead) {
    const auto page = certificates_collector({"/absent.crt"}, core::Millis{1000}).collect();
    ASSERT_TRUE(page);
    EXPECT_THAT(page->text(), HasSubstr("understudy_certificate_readable{path=\"/absent.crt\"} 0"));
}

TEST(CertificatesTest, TellsOfARenewedFileAtTheNextScrape) {
    const Folder folder;
    const auto path = folder.path() + "/tls.crt";
    const auto collector = certificates_collector({path}, core::Millis{1000});
    const auto page = [&collector] { return collector.collect()->text(); };
    folder.write("tls.crt", golden("certificates.pem"));
    EXPECT_THAT(page(), HasSubstr("subject=\"CN=www.foobar.com,O=Understudy\"} 2082758399"));
    folder.write("tls.crt", "damaged");
    EXPECT_THAT(page(), AllOf(HasSubstr("} 0"), Not(HasSubstr("www.foobar.com"))));
    folder.write("tls.crt", golden("certificates.pem"));
    EXPECT_THAT(page(), HasSubstr("www.foobar.com"));
    folder.write("tls.crt", "");
    EXPECT_THAT(page(), Not(HasSubstr("www.foobar.com")));
}

}  // namespace
}  // namespace understudy::exporters
