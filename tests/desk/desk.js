// An agent and a customer on one ticket, each in a browser of its own. Takes the server's address,
// the browser's program and, where pictures are wanted, a folder. Says `stop` and `start` when the
// server is to go and to come back, `code` and a name when it needs a code that somebody got, and
// waits for the answer. Fails at the first thing that is not as it should be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { PASSWORD, Person, ask, launch } from './person.js';

const browser = await launch();
const password = PASSWORD;
const agent = await Person.comes(browser, 'agent', { width: 1280, height: 850 });
const ada = await Person.comes(browser, 'ada', { width: 390, height: 780 });

// An agent proves a second factor after the password; a wrong code is refused in words.
await agent.looks('login');
await agent.says('agent', 'not the password');
await agent.page.getByRole('alert').filter({ hasText: 'password is wrong' }).waitFor();
await agent.says('agent', password);
await agent.page.getByText('Your authenticator app shows a code.').waitFor();
await agent.looks('second factor');
await agent.proves('000000');
await agent.page.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
await agent.proves(await ask('code agent'));
await agent.isIn();

// A customer has no password: a code comes to the phone.
await ada.looks('login');
await ada.button('I am a customer').click();
await ada.looks('phone');
await ada.field('Your phone number').fill('0803 000 0001');
await ada.button('Send me a code').click();
await ada.page.getByText('a code is on its way').waitFor();
await ada.looks('code');
await ada.proves(await ask('code ada'));
await ada.isIn();

// A customer asks, and the agent's queue shows it without being read again.
await agent.looks('empty queue');
await ada.page.getByRole('link', { name: 'Ask for help' }).click();
await ada.looks('new ticket');
await ada.field('In a line').fill('Airtime has not come');
await ada.field('What happened').fill('I bought 500 of MTN an hour ago.');
await ada.button('Send').click();
await ada.sees(ada.messages('I bought 500 of MTN'));
const entry = agent.page.getByRole('link', { name: 'Airtime has not come' });
await agent.sees(entry);
await agent.looks('queue');
await entry.click();
await agent.findsIt('Open');

// What cannot be done says why.
await agent.sees(agent.page.locator('.moves li', { hasText: 'Accept' }).locator('small'));
assert.equal(await agent.button('Accept').isDisabled(), true);
await agent.looks('ticket');

// Typing is seen, and a message arrives without being asked for, once.
await ada.box().pressSequentially('Is some');
await agent.page.getByText('Ada is typing').waitFor();
await agent.looks('typing');
await ada.writes('Is somebody there?');
await agent.sees(agent.messages('Is somebody there?'));
await agent.writes('Good day, I am looking into it.');
await ada.sees(ada.messages('I am looking into it.'));
await ada.findsIt('In progress');
await ada.looks('ticket');

// A note among colleagues is set apart, and no customer sees it.
await agent.page.getByRole('checkbox', { name: 'Internal note' }).check();
await agent.page.getByRole('textbox', { name: 'Internal note' }).fill('The network is late today.');
await agent.button('Keep note').click();
await agent.sees(agent.page.locator('.conversation .internal', { hasText: 'late today' }));
await agent.looks('note');
await agent.page.getByRole('checkbox', { name: 'Internal note' }).uncheck();

// A file goes from one to the other.
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const receipt = { name: 'receipt.png', mimeType: 'image/png', buffer: dot };
await agent.field('Attach').setInputFiles(receipt);
await agent.sees(agent.page.locator('.files li'));
await agent.writes('Here is the receipt.');
const [file] = await Promise.all([
  ada.page.waitForEvent('download'),
  ada.page.getByRole('button', { name: 'receipt.png' }).click(),
]);
assert.deepEqual(readFileSync(await file.path()), dot);
await agent
  .field('Attach')
  .setInputFiles({
    name: 'tool.exe',
    mimeType: 'application/x-msdownload',
    buffer: Buffer.from('MZ\x90\x00'),
  });
await agent.page.getByRole('alert').filter({ hasText: 'tool.exe' }).waitFor();
await agent.looks('file refused');

// The server goes, somebody writes meanwhile, and it comes back: nothing is lost, nothing twice.
await ask('stop');
await agent.page.getByText('Connection lost').waitFor();
await ada.page.getByText('Connection lost').waitFor();
await ada.box().fill('Are you still there?');
await ada.button('Send').click();
await ada.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
await ada.looks('connection lost');
await ask('start');
for (const person of [agent, ada]) {
  await person.page.getByText('Live', { exact: true }).waitFor();
  await person.sees(person.messages('Written while the page was alone.'));
}
await ada.button('Send').click();
await agent.sees(agent.messages('Are you still there?'));
await agent.writes('Yes, and it is on its way.');
await ada.sees(ada.messages('it is on its way'));
for (const text of [
  'Is somebody there?',
  'I am looking into it.',
  'Here is the receipt.',
  'Are you still there?',
]) {
  await agent.sees(agent.messages(text));
  await ada.sees(ada.messages(text));
}
assert.equal(await ada.messages('late today').count(), 0);

// A move by a button, and the customer's answer to it.
await agent.button('Resolve').click();
await agent.field('What was done').fill('The network sent it at last.');
await agent.looks('resolving');
await agent.page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
await agent.findsIt('Resolved');
await ada.findsIt('Resolved');
await ada.looks('resolved');
await ada.button('It is solved').click();
await ada.findsIt('Closed');
await agent.findsIt('Closed');
await agent.page.getByText('History').click();
await agent.looks('closed');

// The desk writes down what a customer asks who called, and changes what it is about.
await agent.page.getByRole('link', { name: 'Open a ticket' }).click();
await agent.field('In a line').fill('The line was cut');
await agent.field('What happened').fill('She called about her limit.');
await agent.button('Open the ticket').click();
await agent.page.getByRole('alert').filter({ hasText: 'Say which customer asks.' }).waitFor();
await agent.field('Phone, last name, mail address or number').fill('0803 000 0002');
await agent.page.getByRole('radio', { name: 'Bola' }).check();
await agent.looks('new ticket');
await agent.button('Open the ticket').click();
await agent.findsIt('Open');
await agent.button('Change').click();
await agent.page.getByRole('dialog').getByLabel('Priority').selectOption('URGENT');
await agent.page.getByRole('dialog').getByLabel('Category').selectOption('LOAN');
await agent.page.getByRole('dialog').getByLabel('Tags').fill('limit, called');
await agent.looks('changing');
await agent.page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
await agent.page.locator('.ticket > header .priority', { hasText: 'Urgent' }).waitFor();
await agent.page.getByText('limit, called').waitFor();

// Who is away takes nothing, and is told to come back.
await agent.button('Go away').click();
await agent.button('Come back').waitFor();
await agent.page.getByRole('link', { name: 'Open a ticket' }).click();
await agent.field('Phone, last name, mail address or number').fill('bola@');
await agent.page.getByRole('radio', { name: 'Bola' }).check();
await agent.field('In a line').fill('She called again');
await agent.field('What happened').fill('Nobody is there to take it.');
await agent.button('Open the ticket').click();
await agent.page.getByRole('heading', { name: 'She called again' }).waitFor();
const take = agent.page.locator('.moves li', { hasText: 'Take it' });
await take.getByText('You are away; come back first.').waitFor();
await agent.looks('away');
await agent.button('Come back').click();
await take.getByRole('button', { name: 'Take it' }).click();
await agent.findsIt('In progress');

// Another way in when the phone is lost, and another way to get a code.
await agent.button('Log out').click();
await agent.says('agent', password);
await agent.proves(await ask('code recovery'));
await agent.isIn();
await agent.page.getByText('A recovery code let you in; 9 are left.').waitFor();
await agent.button('Log out').click();
await agent.says('lead', password);
await agent.page.getByText('A code was sent to').waitFor();
const first = await ask('code lead');
await agent.button('Send another code').click();
await agent.proves(first);
await agent.page.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
await agent.proves(await ask('code lead'));
await agent.isIn();

// In a demo world a click is enough.
const offer = { tenant: 'rim', username: 'agent2', role: 'support_agent', password };
await agent.page.route('**/graphiql/demo.json', (route) =>
  route.fulfill({ json: { demo: true, logins: [offer] } }),
);
await agent.button('Log out').click();
await agent.button('agent2 support agent').click();
await agent.isIn();

assert.deepEqual([...agent.faults, ...ada.faults], []);
await browser.close();
console.log('all is well');
process.exit(0);
