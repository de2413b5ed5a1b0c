import { readContext, writtenContext } from './trace-context';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('the context of a trace', () => {
  it('comes back as it was written, with what vendors put beside it', () => {
    const written = {
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    };
    const context = readContext(written.traceparent, written.tracestate);
    expect(context).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(writtenContext(context!)).toEqual(written);
  });

  it('has no state where none was given', () => {
    const context = readContext(`00-${traceId}-${spanId}-00`);
    expect(context).toEqual({ traceId, spanId, traceFlags: 0, isRemote: true });
    expect(writtenContext(context!).tracestate).toBe('');
  });

  it('is read of a later version, which may say more', () => {
    expect(readContext(`cc-${traceId}-${spanId}-01-what-comes`)).toMatchObject({ traceId, spanId });
  });

  it('knows no flag but that of sampling', () => {
    expect(readContext(`00-${traceId}-${spanId}-ff`)).toMatchObject({ traceFlags: 1 });
  });

  it.each([
    ['nothing', ''],
    ['the version that is none', `ff-${traceId}-${spanId}-01`],
    ['more than its version has', `00-${traceId}-${spanId}-01-more`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['a trace that is too short', `00-${traceId.slice(1)}-${spanId}-01`],
  ])('is none with %s', (_, traceparent) => {
    expect(readContext(traceparent)).toBeNull();
  });
});
