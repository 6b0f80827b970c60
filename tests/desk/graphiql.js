// A customer in GraphiQL: logs in by phone, subscribes to a ticket, and sees what is written to it
// arrive. Takes the server's address, the browser's program, the variables of the subscription and,
// where pictures are wanted, a folder. Says `code ada` when it needs the code that was sent, and
// `write` when an agent is to write. Fails at the first thing that is not as it should be.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

const [address, program, variables, pictures] = process.argv.slice(2);
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** Asks the one who started this for something and waits for the answer. */
async function ask(what) {
  console.log(what);
  return (await told.next()).value;
}

const browser = await chromium.launch({ executablePath: program, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(15_000);
const faults = [];
page.on('pageerror', (error) => faults.push(String(error)));

async function looks(at) {
  if (pictures) {
    await page.screenshot({ path: `${pictures}/graphiql-${at.replaceAll(' ', '-')}.png` });
  }
}

/** Waits until the answer holds a text; the editor breaks lines where it likes. */
async function answers(text) {
  await page.waitForFunction((text) => {
    const answer = document.querySelector('.graphiql-response');
    return answer?.innerText.replaceAll(/\s/g, '').includes(text.replaceAll(/\s/g, ''));
  }, text);
}

await page.goto(address);
await page.getByText('Not logged in').waitFor();
await page.getByRole('button', { name: 'By phone' }).click();
await page.getByLabel('Tenant').fill('rim');
await page.getByLabel('Phone number').fill('0803 000 0001');
await page.getByRole('button', { name: 'Send a code' }).click();
const code = page.getByLabel('Code that was sent to');
await code.fill('12345');
await page.getByRole('button', { name: 'Log in', exact: true }).click();
await page.getByText('The code is wrong').waitFor();
await code.fill(await ask('code ada'));
await looks('by phone');
await page.getByRole('button', { name: 'Log in', exact: true }).click();
await page.getByText('Logged in as +2348030000001 (customer) of rim.').waitFor();

// The example's subscription, about the ticket of this test.
await page.getByRole('button', { name: 'One conversation, as its agent' }).click();
await page.locator('.graphiql-editor-tool .monaco-editor').first().click();
await page.keyboard.press('Control+A');
await page.keyboard.insertText(variables);
// The editor closes quotes and brackets by itself.
await page.keyboard.press('Control+Shift+End');
await page.keyboard.press('Delete');
await page.getByRole('button', { name: /Execute query/ }).click();
await ask('write');
await answers('Written while you watch.');
await answers('"verb": "message"');
await looks('subscription');

assert.deepEqual(faults, []);
await browser.close();
console.log('all is well');
process.exit(0);
