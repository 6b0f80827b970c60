// People whose organisation requires a second factor that they do not have: the desk lets them do
// nothing but set one up. Says `code` and a name when it needs a code that somebody was sent, `app`
// and a key when it needs what an app shows for that key, and `as` and a method when that is how
// codes are to be sent from now on. Fails at the first thing that is not as it should be.
import assert from 'node:assert/strict';

import { PASSWORD, Person, ask, launch } from './person.js';

/** Nothing of the desk is to be seen. */
async function isKeptOut(person) {
  await person.page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  for (const text of ['Live', 'Open a ticket']) {
    assert.equal(await person.page.getByText(text, { exact: true }).count(), 0, text);
  }
}

/** Takes in what an app shows, after a code that it does not show. */
async function confirmsApp(person) {
  const key = await person.page.locator('form code').textContent();
  assert.match(key, /^[A-Z2-7]{32}$/);
  await person.looks('key');
  await person.field('Code').fill('12345');
  await person.button('Confirm').click();
  await person.page.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
  await person.field('Code').fill(await ask(`app ${key}`));
  await person.button('Confirm').click();
  await person.page.getByRole('heading', { name: 'Keep these codes' }).waitFor();
}

const browser = await launch();
const agent = await Person.comes(browser, 'forced-agent', { width: 1280, height: 850 });
const lead = await Person.comes(browser, 'forced-lead', { width: 390, height: 780 });
const other = await Person.comes(browser, 'forced-agent2', { width: 1280, height: 850 });

// The password alone opens nothing, not even after the page is loaded again.
await agent.says('agent', PASSWORD);
await isKeptOut(agent);
await agent.looks('second factor');
await agent.page.reload();
await isKeptOut(agent);

// Who holds the session does not hold the password.
await agent.field('Password').fill('not the password');
await agent.button('Go on').click();
await agent.page.getByRole('alert').filter({ hasText: 'not your current password' }).waitFor();
await agent.looks('wrong password');
await agent.field('Password').fill(PASSWORD);
await agent.button('Go on').click();
await confirmsApp(agent);
const codes = await agent.page.locator('.recovery code').allTextContents();
assert.equal(new Set(codes).size, 10);
await agent.looks('recovery codes');
await agent.button('I have kept them').click();
await agent.isIn();
await agent.looks('in');

// From now on the code is asked for, and a recovery code lets in once.
await agent.button('Log out').click();
await agent.says('agent', PASSWORD);
await agent.proves(codes[0]);
await agent.isIn();
await agent.page.getByText('A recovery code let you in; 9 are left.').waitFor();
await agent.button('Log out').click();
await agent.says('agent', PASSWORD);
await agent.proves(codes[0]);
await agent.page.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();

// Where codes are sent, the page says where to.
await ask('as email');
await lead.says('lead', PASSWORD);
await isKeptOut(lead);
await lead.looks('second factor');
await lead.field('Password').fill(PASSWORD);
await lead.button('Go on').click();
await lead.page.getByText('A code was sent to l•••@rim.example.').waitFor();
await lead.looks('sent');
await lead.field('Code').fill(await ask('code lead@rim.example'));
await lead.button('Confirm').click();
await lead.button('I have kept them').click();
await lead.isIn();

// Whose phone nobody knows takes an app instead, and whoever is somebody else logs out.
await ask('as sms');
await other.says('lead', PASSWORD);
await other.button('Begin again').click();
await other.says('agent2', PASSWORD);
await isKeptOut(other);
await other.button('Log out').click();
await other.says('agent2', PASSWORD);
await isKeptOut(other);
await other.field('Password').fill(PASSWORD);
await other.button('Go on').click();
await other.page.getByRole('alert').filter({ hasText: 'phone number is not known' }).waitFor();
await other.looks('no phone');
await other.button('Use an app instead').click();
await confirmsApp(other);
await other.button('I have kept them').click();
await other.isIn();

assert.deepEqual([...agent.faults, ...lead.faults, ...other.faults], []);
await browser.close();
console.log('all is well');
process.exit(0);
