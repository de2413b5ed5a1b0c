import RequestQueue from 'kafkajs/src/network/requestQueue';

let quiet = false;

/**
 * Keeps kafkajs's idle connections from looking every millisecond whether a request is pending,
 * which took 8 % of a core. A request that has to wait is looked after as before: `push` and every
 * answer schedule a look while something is pending.
 */
export const quietRequestQueue = (): void => {
  if (quiet) return;
  quiet = true;
  const { prototype } = RequestQueue;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own this below
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
};
