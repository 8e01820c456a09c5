#include "apps/tcpstack/services/certificate.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "apps/common/state_folder.h"

namespace tcpstack::app {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not make a certificate");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), &X509_EXTENSION_free);
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void name_it(X509* certificate, const std::string& address) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(address.c_str()), -1,
                                     -1, 0) == 1);
  require(X509_set_issuer_name(certificate, name) == 1);
  add_extension(certificate, NID_subject_alt_name, "IP:" + address);
  add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
}

void number_it(X509* certificate) {
  std::uint64_t number = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1) == 1);
}

std::string to_pem(EVP_PKEY* key, X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  require(bio != nullptr);
  require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  require(PEM_write_bio_X509(bio.get(), certificate) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw std::system_error(errno, std::generic_category(), file.string());
}

// Nobody else may read the file, not even for a moment. If another process has made it first, it stays.
void write_secret(const std::filesystem::path& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(file);
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const bool is_whole = written == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (is_whole) return;
  ::unlink(file.c_str());
  fail(file);
}

}  // namespace

Certificate make_certificate(const std::string& address) {
  constexpr long kTenYears = 10L * 365 * 24 * 3600;
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const X509Pointer certificate(X509_new(), &X509_free);
  require(key != nullptr && certificate != nullptr);
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  number_it(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);  // clocks differ
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kTenYears);
  name_it(certificate.get(), address);
  require(X509_set_pubkey(certificate.get(), key.get()) == 1);
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  return {to_pem(key.get(), certificate.get())};
}

Certificate kept_certificate(const std::filesystem::path& file, const std::string& address) {
  if (!std::filesystem::exists(file)) {
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    Certificate made = make_certificate(address);
    write_secret(file, made.pem);
    return made;
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(file);
  return {std::string(std::istreambuf_iterator<char>(in), {})};
}

std::filesystem::path default_certificate_file() { return state_folder() / "https.pem"; }

}  // namespace tcpstack::app
