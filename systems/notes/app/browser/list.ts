import { call } from './call.ts'
import { notify } from './notices.ts'
import { refreshResults } from './results.ts'
import { words } from './text.ts'

/** Buttons of the list act at once, and are put right when the server doesn't agree. */
export function enhanceList(): void {
  document.addEventListener('click', event => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[data-action]') : null
    const id = button?.dataset.id ?? button?.closest('.note')?.id.replace('note-', '')
    if (!button || !id) return
    event.preventDefault()
    if (button.dataset.action === 'done') toggle(button, id)
    else if (button.dataset.action === 'remove') remove(button, id)
    else restore(id, button.closest<HTMLElement>('.notice'))
  })
}

/** The last thing asked for each note, so that answers of earlier clicks change nothing. */
const asked = new Map<string, Promise<unknown>>()

async function toggle(button: HTMLButtonElement, id: string): Promise<void> {
  const done = button.value === 'true'
  show(button, done)
  // One after the other, in the order of the clicks: the last one is what stays.
  const turn = (asked.get(id) ?? Promise.resolve()).then(() => call('PATCH', `/api/notes/${id}`, { done }))
  asked.set(id, turn)
  const outcome = await turn
  if (outcome.kind === 'done' || asked.get(id) !== turn) return
  show(button, !done)
  notify(words.notDone(titleOf(button)), 'bad', { label: words.tryAgain, press: () => void toggle(button, id) })
}

function show(button: HTMLButtonElement, done: boolean): void {
  button.value = String(!done)
  button.setAttribute('aria-pressed', String(done))
  button.closest('.note')?.toggleAttribute('data-done', done)
}

async function remove(button: HTMLButtonElement, id: string): Promise<void> {
  const note = button.closest<HTMLElement>('.note')
  if (!note || note.hidden) return
  const title = titleOf(button)
  const hadFocus = note.contains(document.activeElement)
  note.hidden = true
  if (hadFocus) focusAfter(note)
  const notice = notify(words.undone(title), 'good', { label: words.undo, press: () => void restore(id) })
  const outcome = await call('DELETE', `/api/notes/${id}`)
  // Somebody else removed it: it is as wanted.
  if (outcome.kind !== 'away') return
  note.hidden = false
  notice.close()
  notify(words.notRemoved(title), 'bad', { label: words.tryAgain, press: () => void remove(button, id) })
}

async function restore(id: string, notice?: HTMLElement | null): Promise<void> {
  const outcome = await call('POST', `/api/notes/${id}/restore`)
  if (outcome.kind !== 'done') {
    notify(words.notRestored, 'bad', { label: words.tryAgain, press: () => void restore(id, notice) })
    return
  }
  notice?.remove()
  const note = document.querySelector<HTMLElement>(`#note-${id}`)
  if (note) note.hidden = false
  else await refreshResults()
  document.querySelector<HTMLElement>(`#note-${id} h2 a`)?.focus({ preventScroll: note !== null })
}

// The focus stays where it was in the list: on the same button of the next note, or of the one before.
function focusAfter(note: HTMLElement): void {
  const visible = [...document.querySelectorAll<HTMLElement>('.note')].filter(one => !one.hidden || one === note)
  const at = visible.indexOf(note)
  const next = visible[at + 1] ?? visible.find(one => !one.hidden)
  const target =
    next?.querySelector<HTMLElement>('[data-action="remove"]') ?? document.querySelector<HTMLElement>('#main')
  target?.focus({ preventScroll: true })
}

const titleOf = (button: HTMLElement): string => button.closest('.note')?.querySelector('h2')?.textContent ?? ''
