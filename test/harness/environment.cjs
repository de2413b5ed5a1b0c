const hooks = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest loads every module anew for each test file, into a context of its own. That costs a worker two
 * things which it need not pay hundreds of times: compiling the same text again, and the storages of
 * async context that a file leaves enabled, each of which Node visits for every promise ever after.
 */

/** File name to its text and the script compiled of it, which runs in as many contexts as there are. */
const compiled = new Map();

const { compileFunction } = vm;

vm.compileFunction = (text, parameters, options) => {
  const { filename, parsingContext } = options ?? {};
  // Test files run once; and what has no context of its own is not Jest's.
  if (parsingContext === undefined || /\.(?:spec|test)\.ts$/u.test(filename)) {
    return compileFunction(text, parameters, options);
  }
  let known = compiled.get(filename);
  if (known?.text !== text) {
    const head = `(function (${parameters.join(', ')}) {`;
    const script = new vm.Script(`${head}${text}\n})`, { filename, columnOffset: -head.length });
    known = { text, script };
    compiled.set(filename, known);
  }
  return known.script.runInContext(parsingContext);
};

/** Those that were made since the last test file ended. */
const storages = new Set();

hooks.AsyncLocalStorage = class AsyncLocalStorage extends hooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    storages.add(this);
  }
};

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of storages) storage.disable();
    storages.clear();
  }
};
