// Runs every file of the folders given as arguments through a fuzz target: its corpus as an ordinary test.
// Fails when there is nothing to run, so that a moved corpus cannot pass unseen.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

int run_all(const char* folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    run(entry.path());
    ++count;
  }
  std::printf("%s: %d inputs\n", folder, count);
  return count;
}

} // namespace

int main(int argc, char** argv) {
  bool found_all = argc > 1;
  for (int i = 1; i < argc; ++i) found_all = run_all(argv[i]) > 0 && found_all;
  return found_all ? 0 : 1;
}
