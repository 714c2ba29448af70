// The interface of the studio: what it answers, or what is wrong.

/** What the studio has refused, or why it cannot be asked. */
export class Refusal extends Error {
  constructor(status, errors) {
    super(errors.join('\n'));
    this.status = status;
    this.errors = errors;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Refusal(0, ['The studio does not answer. Is it still running?']);
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch (e) {
    if (e.name === 'AbortError') throw e;
  }
  if (!response.ok) {
    throw new Refusal(response.status, answer?.errors ?? [`The studio answered with ${response.status}.`]);
  }
  return answer;
}

function json(body, signal) {
  return {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), signal};
}

/** A name for a request, by which its progress is asked for; not a secret. */
export function newTicket() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

export const models = () => ask('api/models');

export const progress = ticket => ask('api/queue?ticket=' + ticket);

export const lackingWords = texts => ask('api/words', json({texts}));

export const draw = (request, ticket, signal) => ask('api/draw?ticket=' + ticket, json(request, signal));

export function ground(file, phrases, model, ticket, signal) {
  const query = new URLSearchParams({model, ticket});
  phrases.forEach(phrase => query.append('phrase', phrase));
  const type = file.type.startsWith('image/') ? file.type : 'application/octet-stream';
  return ask('api/ground?' + query, {method: 'POST', headers: {'Content-Type': type}, body: file, signal});
}
