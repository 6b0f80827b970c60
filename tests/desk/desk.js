// An agent and a customer on one ticket, each in a browser of its own. Takes the server's address,
// the browser's program and, where pictures are wanted, a folder. Says `stop` and `start` when the
// server is to go and to come back, and waits for the answer. Fails at the first thing that is not
// as it should be.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

import { chromium } from 'playwright-core';

const [address, program, pictures] = process.argv.slice(2);
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const PATIENCE = 15_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Asks the one who started this for something and waits until it is done. */
async function ask(what) {
  console.log(what);
  const { value } = await told.next();
  assert.equal(value, 'done');
}

/** A person before a page of its own. */
class Person {
  static async enter(browser, name, username, password, screen) {
    const context = await browser.newContext({ viewport: screen, colorScheme: 'light' });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person();
    person.name = name;
    person.faults = [];
    person.page = await context.newPage();
    person.page.on('pageerror', (error) => person.faults.push(String(error)));
    await person.page.goto(`${address}/desk`);
    await person.looks('login');
    await person.field('Username').fill(username);
    await person.field('Password').fill(password);
    await person.button('Log in').click();
    await person.page.getByText('Live', { exact: true }).waitFor();
    return person;
  }

  field(label) {
    return this.page.getByLabel(label);
  }

  button(label) {
    return this.page.getByRole('button', { name: label, exact: true });
  }

  box() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  messages(text) {
    return this.page.locator('.conversation li', { hasText: text });
  }

  async sees(locator, count = 1) {
    await locator.first().waitFor();
    assert.equal(await locator.count(), count, `${this.name} sees ${locator}`);
  }

  async writes(text) {
    await this.box().fill(text);
    await this.button('Send').click();
    await this.sees(this.messages(text));
  }

  /** Waits for the status of the open ticket. */
  async findsIt(status) {
    await this.page.locator('.ticket > header .status', { hasText: status }).waitFor();
  }

  /** Holds what is shown against the rules of accessible pages; takes a picture if wanted. */
  async looks(at) {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() =>
      window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }),
    );
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
    assert.deepEqual(found, [], `${this.name}, ${at}`);
    if (pictures) {
      await this.page.screenshot({
        path: `${pictures}/${this.name}-${at.replaceAll(' ', '-')}.png`,
      });
    }
  }
}

const browser = await chromium.launch({ executablePath: program, args: FLAGS });
const password = 'correct horse battery';
const agent = await Person.enter(browser, 'agent', 'agent', password, { width: 1400, height: 850 });
const ada = await Person.enter(browser, 'ada', '+2348030000001', password, {
  width: 390,
  height: 780,
});

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

assert.deepEqual([...agent.faults, ...ada.faults], []);
await browser.close();
console.log('all is well');
process.exit(0);
