import { messageParser } from './message-parser';

const one = 'id: 7\nevent: StageStarted\ndata: {"a":1}\n\n';

test('gives whole messages, however the text is cut', () => {
  for (let cut = 0; cut <= one.length; cut += 1) {
    const parse = messageParser();
    const pieces = [...parse(one.slice(0, cut)), ...parse(one.slice(cut))];
    expect(pieces).toEqual([{ id: '7', event: 'StageStarted', data: '{"a":1}' }]);
  }
});

test('tells comments from messages, and joins lines of data', () => {
  const pieces = messageParser()(': behind 12\n\nid: 13\ndata: a\ndata: b\n\n: heartbeat\n\n');
  expect(pieces).toEqual([
    { comment: 'behind 12' },
    { id: '13', event: 'message', data: 'a\nb' },
    { comment: 'heartbeat' },
  ]);
});

test('keeps what is not whole yet', () => {
  expect(messageParser()('id: 1\ndata: half')).toEqual([]);
});
