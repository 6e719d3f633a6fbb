// What somebody builds in an afternoon: `ws` for the sockets, `node-nlp` for the questions. `load-tests compare` measures
// it beside yingda. It speaks as much of `yingda.v1` as the shoppers of the load tests need: `hello` is answered with
// `welcome`, `message` with `ack` and the bot's answer. Nothing is stored, nobody is known again.

import http from 'node:http';
import nlp from 'node-nlp';
import { WebSocketServer } from 'ws';
import { examples } from './examples.mjs';

const UNSURE = '亲，这个问题我还不太明白，您可以换个说法，或者输入「人工」找客服哦～';
// Below this it says that it does not know.
const SURE = 0.5;

const manager = new nlp.NlpManager({ languages: ['zh'], nlu: { log: false }, forceNER: false, autoSave: false });
for (const [intent, { answer, questions }] of Object.entries(examples)) {
  for (const question of questions) manager.addDocument('zh', question, intent);
  manager.addAnswer('zh', intent, answer);
}
await manager.train();

let talks = 0;
const server = http.createServer();
const sockets = new WebSocketServer({
  server,
  path: '/v1/chat',
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has('yingda.v1') ? 'yingda.v1' : false),
});

sockets.on('connection', (socket) => {
  const number = talks++;
  // Event 1 of a talk has no frame in yingda, so the first message is event 2.
  let seq = 1;
  const send = (frame) => socket.send(JSON.stringify(frame));
  socket.on('error', () => socket.terminate());
  socket.on('message', async (data) => {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      socket.close(1007);
      return;
    }
    if (frame.type === 'hello') {
      send({ type: 'welcome', conversation: `node-${number}`, token: `t${number}`, seq: 0 });
    } else if (frame.type === 'message') {
      send({ type: 'ack', id: frame.id, seq: ++seq });
      const { intent, score, answer } = await manager.process('zh', frame.text);
      const text = answer && score >= SURE ? answer : UNSURE;
      send({ type: 'message', seq: ++seq, at: Date.now(), from: 'bot', reply_to: [frame.id], text, intents: [intent] });
    }
  });
});

server.listen(0, '127.0.0.1', () => {
  // The tester waits for a line with the address and one that names Ctrl-C, as yingda greets.
  console.log(`node: http://127.0.0.1:${server.address().port}/`);
  console.log('Ctrl-C ends it.');
});
