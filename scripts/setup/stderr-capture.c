/*
 * TensorFlow writes notices to stderr from the initialisers of its libraries, before any of its own settings apply.
 * `begin()` sends the process's stderr to an unnamed file, `end()` puts it back and returns what was written,
 * so that the loader can drop the known notices and pass on the rest.
 */
#define _GNU_SOURCE
#include <node_api.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int saved = -1;
static FILE *held = NULL;

static napi_value begin(napi_env env, napi_callback_info info) {
  napi_value started;
  if (saved < 0 && (held = tmpfile()) != NULL) {
    saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (saved < 0 || dup2(fileno(held), STDERR_FILENO) < 0) {
      fclose(held);
      held = NULL;
      if (saved >= 0) close(saved);
      saved = -1;
    }
  }
  napi_get_boolean(env, saved >= 0, &started);
  return started;
}

static napi_value end(napi_env env, napi_callback_info info) {
  static char text[65536];
  size_t length = 0;
  napi_value result;
  if (saved >= 0) {
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    saved = -1;
    rewind(held);
    length = fread(text, 1, sizeof text, held);
    fclose(held);
    held = NULL;
  }
  napi_create_string_utf8(env, text, length, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "begin", NAPI_AUTO_LENGTH, begin, NULL, &function);
  napi_set_named_property(env, exports, "begin", function);
  napi_create_function(env, "end", NAPI_AUTO_LENGTH, end, NULL, &function);
  napi_set_named_property(env, exports, "end", function);
  return exports;
}
