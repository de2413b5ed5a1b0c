const { default: Sequencer } = require('@jest/test-sequencer');

/** The suites that take longest, so that none of them is left over when the others are done. */
const long = ['/faults/', '/integration/kafka', '/integration/', '/browser/', '/acceptance/'];

const placeOf = ({ path }) => {
  const rank = long.findIndex((part) => path.includes(part));
  return rank === -1 ? long.length : rank;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((left, right) => placeOf(left) - placeOf(right));
  }
};
