// A request that takes time: its place in the line, its progress, its end.
import * as api from './api.js';
import {showProblems} from './boxes.js';

const EVERY = 400; // milliseconds

const element = id => document.getElementById(id);

/** Shows what happens on a tab while the studio computes; one request at a time. */
export class Waiting {
  #tab;
  #abort = null;

  /**
   * @param tab which begins the ids of its elements
   */
  constructor(tab) {
    this.#tab = tab;
  }

  get isOn() {
    return this.#abort !== null;
  }

  cancel() {
    this.#abort?.abort();
  }

  /**
   * Asks, and shows how far it is.
   *
   * @param ask gets a ticket and a signal
   * @param running says of the number of drawings that are done what is happening
   * @return the answer, or null if there is none
   */
  async during(ask, running) {
    const ticket = api.newTicket();
    this.#abort = new AbortController();
    this.#set(true);
    showProblems(element(this.#tab + '-problem'), '', []);
    const timer = setInterval(() => this.#look(ticket, running), EVERY);
    let said = '';
    try {
      return await ask(ticket, this.#abort.signal);
    } catch (e) {
      if (e.name === 'AbortError') {
        said = 'cancelled';
      } else if (e instanceof api.Refusal) {
        showProblems(element(this.#tab + '-problem'), titleOf(e.status), e.errors);
      } else {
        throw e;
      }
      return null;
    } finally {
      clearInterval(timer);
      this.#abort = null;
      this.#set(false);
      this.#say(said);
    }
  }

  #set(isOn) {
    element(this.#tab).disabled = isOn;
    element(this.#tab + '-cancel').hidden = !isOn;
    element(this.#tab + '-results').setAttribute('aria-busy', String(isOn));
    if (isOn) this.#say('asking');
  }

  async #look(ticket, running) {
    let answer;
    try {
      answer = await api.progress(ticket);
    } catch (e) {
      return; // the request itself says what is wrong
    }
    if (!this.isOn) return;
    if (answer.state === 'arriving') this.#say('sending');
    if (answer.state === 'waiting') {
      this.#say(answer.before === 1 ? 'one request is before yours' : `${answer.before} requests are before yours`);
    }
    if (answer.state === 'running') this.#say(running(answer.drawn));
  }

  #say(text) {
    const line = element(this.#tab + '-progress');
    if (line.textContent !== text) line.textContent = text;
  }
}

function titleOf(status) {
  if (status === 503) return 'The studio is busy';
  if (status === 401) return 'The studio wants its token';
  if (status === 0) return 'No answer';
  return status >= 500 ? 'The studio failed' : 'This cannot be done';
}
