import { after } from './after.ts'

/** How long a message stays, milliseconds. */
const SHOWN = 10_000

export interface NoticeButton {
  readonly label: string
  press(): void
}

export interface Shown {
  close(): void
}

/** Shows a message. It goes after ten seconds, not while the pointer or the focus is on it. */
export function notify(message: string, kind: 'good' | 'bad', button?: NoticeButton): Shown {
  const box = document.createElement('div')
  box.className = `notice ${kind}`
  box.setAttribute('role', kind === 'bad' ? 'alert' : 'status')
  const text = document.createElement('p')
  text.textContent = message
  box.append(text)
  const close = () => box.remove()
  if (button) {
    const element = document.createElement('button')
    element.type = 'button'
    element.className = 'button plain small'
    element.textContent = button.label
    element.addEventListener('click', () => {
      close()
      button.press()
    })
    box.append(element)
  }
  document.querySelector('#notices')?.append(box)
  passAway(box)
  return { close }
}

/** Makes the messages that came with the page go as well. */
export function passAwayAll(): void {
  for (const box of document.querySelectorAll<HTMLElement>('.notice[data-passing]')) passAway(box)
}

function passAway(box: HTMLElement): void {
  const check = () => {
    if (box.matches(':hover') || box.contains(document.activeElement)) after(1000, check)
    else box.remove()
  }
  after(SHOWN, check)
}
