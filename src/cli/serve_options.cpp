// SPDX-License-Identifier: Apache-2.0
// The options of `trivet serve` and its help.
#include "cli/serve_options.hpp"

#include <string>
#include <string_view>

namespace trivet::cli {
namespace {

constexpr std::string_view kServeExamples =
    R"(  trivet serve model.bst
  trivet serve model_dir --port 8080 --endpoint-id 1234567890
  trivet serve --config server.json --access-log
  trivet serve --generator openai:http://127.0.0.1:11434
  curl --json '{"instances": [[5.1, "NaN", 1.4, 0.2]]}' http://127.0.0.1:8080/predict
  curl --json '{"instances": [[5.1, "NaN", 1.4, 0.2]]}' \
    http://127.0.0.1:8080/v1/projects/p/locations/l/endpoints/1:predict

Prints `listening on http://HOST:PORT` when it answers; everything else goes to standard error.
SIGTERM and SIGINT end it once what is under way is answered.

In a container, where AIP_HTTP_PORT is set, it serves AIP_STORAGE_URI at AIP_PREDICT_ROUTE and
AIP_HEALTH_ROUTE for everyone who reaches the port. Elsewhere it listens on loopback; --host with
another address asks for a token (--token, or TRIVET_TOKEN, which other users don't see).

GENERATOR is echo, script:FILE, replay:DIR or openai:URL. Exit status: 0 ended by a signal; 2 wrong
usage, a wrong configuration, or an address that can't be listened on; 3 a model can't be loaded.)";

}  // namespace

CLI::App* add_serve_command(CLI::App& app, ServeCommand& options) {
  CLI::App* const serve = app.add_subcommand(
      "serve", "answer over HTTP as the prediction service and its containers do");
  serve->footer(std::string(kServeExamples));
  CLI::Option* const model =
      serve->add_option("MODEL", options.model,
                        "the artefact, or builtin:echo; deployed at the endpoint --endpoint-id");
  serve->add_option("--config", options.config, "several models and endpoints, in a JSON file")
      ->type_name("FILE")
      ->excludes(model);
  serve
      ->add_option("--endpoint-id", options.endpoint_id,
                   "the id of MODEL's endpoint, digits (default 1)")
      ->type_name("ID");
  serve->add_option("--port", options.port, "0 takes a free one (default 8080)")
      ->type_name("N")
      ->check(CLI::Range(0, 65535));
  serve->add_option("--host", options.host, "the address to listen on (default: loopback)")
      ->type_name("H");
  serve
      ->add_option("--unix-socket", options.unix_socket,
                   "listen on a socket of the file system instead of a port")
      ->type_name("PATH");
  serve->add_option("--token", options.token, "clients must send `Authorization: Bearer T`")
      ->type_name("T");
  serve
      ->add_option("--allow-host", options.allowed_hosts,
                   "a name that requests may have in Host, beside the address; may be repeated")
      ->type_name("NAME");
  serve
      ->add_option("--root", options.root,
                   "the folder that gs:// and bq:// names are below\n"
                   "(default: the configuration's)")
      ->type_name("DIR");
  serve
      ->add_option("--state", options.state,
                   "keep what clients create in this SQLite file\n"
                   "(default: until the server ends)")
      ->type_name("FILE");
  serve
      ->add_option("--profile", options.profile,
                   "the service's own limits: none (default), shared, dedicated, private")
      ->type_name("P");
  serve
      ->add_option("--generator", options.generator,
                   "answers generateContent for every model that the configuration doesn't name")
      ->type_name("GENERATOR");
  serve->add_option("--threads", options.threads, "threads that compute (default: all)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  serve->add_flag("--allow-gzip", options.allow_gzip, "take compressed request bodies");
  serve->add_flag("--access-log", options.access_log, "a JSON line a request on standard error");
  return serve;
}

}  // namespace trivet::cli
