// Listens with the public clients of graphql-transport-ws and GraphQL over SSE, and breaks every
// sentence of the first that closes a socket. Arguments: the address of the API, a token, the id
// of a ticket. Prints one line a sentence; fails when one of them does not hold.
import assert from 'node:assert/strict';
import { createClient, CloseCode } from 'graphql-ws';
import { createClient as createSseClient } from 'graphql-sse';
import WebSocket from 'ws';

const [url, token, ticket] = process.argv.slice(2);
const socketUrl = url.replace(/^http/, 'ws');
const authorization = `Bearer ${token}`;
const EVENTS =
  'subscription ($id: ID!) { rimTicketEvents(ticketId: $id) { ... on RimTicketEvent { verb } } }';
const TYPE =
  'mutation ($id: ID!) { rimTicketStartTyping(input: { ticketId: $id }) { userErrors { code } } }';
const variables = { id: ticket };

const post = async (query, bearer = authorization) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: bearer },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
};

const open = (bearer = authorization, more = {}) =>
  createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: bearer },
    retryAttempts: 0,
    ...more,
  });

// Events begin when the server has subscribed, which no client is told: so something is told
// until it is heard.
const heard = async (next) => {
  let told;
  const first = next().then((value) => (told = value));
  while (!told) {
    await post(TYPE);
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return told;
};

// A socket on which `say` was said as it is; answers the code that closed it.
const closed = (messages, protocol = 'graphql-transport-ws') =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl, protocol);
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('close', (code, reason) => resolve([code, reason.toString()]));
    socket.on('error', reject);
  });

const init = JSON.stringify({ type: 'connection_init', payload: { Authorization: authorization } });
const subscribe = (id) =>
  JSON.stringify({ id, type: 'subscribe', payload: { query: EVENTS, variables } });

const sentences = {
  'a subscription is iterated and ends when the client is done': async () => {
    const client = open();
    const events = client.iterate({ query: EVENTS, variables });
    const event = await heard(() => events.next());
    assert.deepEqual(event.value, { data: { rimTicketEvents: { verb: 'startTyping' } } });
    await events.return();
    await client.dispose();
  },
  'a query is one result and the end': async () => {
    const client = open();
    const results = [];
    for await (const result of client.iterate({ query: '{ viewer { username } }' })) {
      results.push(result);
    }
    assert.deepEqual(results, [{ data: { viewer: { username: 'agent' } } }]);
    await client.dispose();
  },
  'a mutation runs over a socket': async () => {
    const client = open();
    const { value } = await client.iterate({ query: TYPE, variables }).next();
    assert.deepEqual(value, { data: { rimTicketStartTyping: { userErrors: [] } } });
    await client.dispose();
  },
  'a refused operation is one list of errors, and the socket stays': async () => {
    const client = open();
    for (const query of ['{', '{ nothing }', 'subscription { nothing }']) {
      const errors = await client.iterate({ query }).next().catch((errors) => errors);
      assert.ok(Array.isArray(errors), `${query} ${JSON.stringify(errors)} ${errors?.code} ${errors?.reason} ${errors?.stack}`);
      assert.equal(errors.length, 1);
      assert.equal(typeof errors[0].message, 'string');
    }
    const { value } = await client.iterate({ query: '{ viewer { username } }' }).next();
    assert.equal(value.data.viewer.username, 'agent');
    await client.dispose();
  },
  'a ping is answered': async () => {
    const pong = new Promise((resolve) => {
      const client = open(authorization, {
        lazy: false,
        keepAlive: 20,
        on: { pong: (received) => received && resolve(client.dispose()) },
      });
    });
    await pong;
  },
  'what is no message closes by 4400': async () => {
    for (const message of ['', '{', '[]', '{"type":"start"}', '{"type":"subscribe","id":"1"}']) {
      assert.equal((await closed([init, message]))[0], CloseCode.BadRequest ?? 4400, message);
    }
  },
  'an operation before the acknowledgement closes by 4401': async () => {
    assert.deepEqual(await closed([subscribe('1')]), [CloseCode.Unauthorized, 'Unauthorized']);
  },
  'a token that does not hold closes by 4403': async () => {
    const client = open('Bearer bg_rim_nothing');
    const event = await client.iterate({ query: EVENTS, variables }).next().catch((event) => event);
    assert.deepEqual([event.code, event.reason], [CloseCode.Forbidden, 'Forbidden']);
  },
  'another subprotocol closes by 4406': async () => {
    const codes = new Promise((resolve) => {
      const socket = new WebSocket(socketUrl);
      socket.on('close', (code, reason) => resolve([code, reason.toString()]));
    });
    const expected = [CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable'];
    assert.deepEqual(await codes, expected);
  },
  'silence closes by 4408': async () => {
    const expected = [CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'];
    assert.deepEqual(await closed([]), expected);
  },
  'an id in use closes by 4409': async () => {
    const expected = [CloseCode.SubscriberAlreadyExists, 'Subscriber for same already exists'];
    assert.deepEqual(await closed([init, subscribe('same'), subscribe('same')]), expected);
  },
  'a second introduction closes by 4429': async () => {
    const expected = [CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests'];
    assert.deepEqual(await closed([init, init]), expected);
  },
  'events are sent by the server too': async () => {
    const client = createSseClient({ url, headers: { authorization }, retryAttempts: 0 });
    const events = client.iterate({ query: EVENTS, variables });
    const event = await heard(() => events.next());
    assert.deepEqual(event.value, { data: { rimTicketEvents: { verb: 'startTyping' } } });
    await events.return();
    const results = [];
    for await (const result of client.iterate({ query: '{ viewer { username } }' })) {
      results.push(result);
    }
    assert.deepEqual(results, [{ data: { viewer: { username: 'agent' } } }]);
    client.dispose();
  },
  'a document that cannot be read is a bad request of server-sent events': async () => {
    const client = createSseClient({ url, headers: { authorization }, retryAttempts: 0 });
    const error = await client.iterate({ query: '{' }).next().catch((error) => error);
    assert.equal(error.response?.status, 400);
    client.dispose();
  },
  'a session that ends closes its sockets by 4403 and ends its events with a reason': async () => {
    const socket = open();
    const listening = socket.iterate({ query: EVENTS, variables });
    await heard(() => listening.next());
    const sse = createSseClient({ url, headers: { authorization }, retryAttempts: 0 });
    const events = sse.iterate({ query: EVENTS, variables });
    await heard(() => events.next());
    await post('mutation { logout { userErrors { code } } }');
    const drained = async (results) => {
      let last;
      for await (const result of results) last = result;
      return last;
    };
    const [closing, reason] = await Promise.all([
      drained(listening).catch((event) => event),
      drained(events),
    ]);
    assert.ok(closing.code === CloseCode.Forbidden || closing[0]?.extensions.code === 'UNAUTHENTICATED');
    assert.equal(reason.errors[0].extensions.code, 'UNAUTHENTICATED');
  },
};

let held = 0;
const all = Object.entries(sentences);
for (const [sentence, check] of all) {
  const slow = new Promise((_, reject) => setTimeout(() => reject(new Error('too slow')), 20_000).unref());
  try {
    await Promise.race([check(), slow]);
    held += 1;
    console.log(`ok ${sentence}`);
  } catch (error) {
    console.log(`not ok ${sentence}: ${error.stack}`);
  }
}
console.log(`${held} of ${all.length} sentences hold`);
process.exit(held === all.length ? 0 : 1);
