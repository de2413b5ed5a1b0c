const { default: Runner } = require('jest-runner');

/** Runs its files one after the other, when those of all other runners are done or not begun. */
module.exports = class extends Runner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context);
  }
};
