// Whoever sits before the desk, in a browser of the test's own. The script that uses it is started
// with the server's address, the browser's program and, where pictures are wanted, a folder.
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

/** The password of everybody. */
export const PASSWORD = 'correct horse battery';

/** The browser that everybody uses. */
export function launch() {
  return chromium.launch({ executablePath: program, args: FLAGS });
}

/** Asks the one who started this for something and waits until it is done, or for the answer. */
export async function ask(what) {
  console.log(what);
  return (await told.next()).value;
}

/** A person before a page of its own. */
export class Person {
  static async comes(browser, name, screen) {
    const context = await browser.newContext({ viewport: screen, colorScheme: 'light' });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person();
    person.name = name;
    person.faults = [];
    person.page = await context.newPage();
    person.page.on('pageerror', (error) => person.faults.push(String(error)));
    await person.page.goto(`${address}/desk`);
    return person;
  }

  /** Sends name and password. */
  async says(username, password) {
    await this.field('Username').fill(username);
    await this.field('Password').fill(password);
    await this.button('Log in').click();
  }

  /** Sends a code. */
  async proves(code) {
    await this.field('Code').fill(code);
    await this.button('Log in').click();
  }

  async isIn() {
    await this.page.getByText('Live', { exact: true }).waitFor();
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
