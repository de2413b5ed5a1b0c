const { default: Sequencer } = require('@jest/test-sequencer');

/** The suites that take longest, so that none of them is left over when the others are done. */
const long = ['/faults/', '/integration/kafka', '/integration/', '/browser/', '/acceptance/'];

/** Those that assert the times users were promised come last: nothing long runs beside them any more. */
const timed = ['/acceptance/style-memory', '/acceptance/roi', '/acceptance/performance'];

const placeOf = ({ path }) => {
  const place = timed.findIndex((part) => path.includes(part));
  if (place !== -1) return long.length + 1 + place;
  const rank = long.findIndex((part) => path.includes(part));
  return rank === -1 ? long.length : rank;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((left, right) => placeOf(left) - placeOf(right));
  }
};
