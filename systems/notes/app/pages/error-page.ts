import { html } from './html.ts'
import { icons } from './icons.ts'
import { type Frame, layout } from './layout.ts'
import { text } from './text.ts'

/** A page that could not be made, or an action that was refused. */
export const errorPage = (frame: Frame, title: string, message: string, retry?: string): string =>
  layout(
    frame,
    title,
    html`<div class="state bad">${icons.alert}<h1>${title}</h1><p>${message}</p>
<div class="buttons">${retry !== undefined && html`<a class="button plain" href="${retry}">${text.tryAgain}</a>`}<a class="button ${retry === undefined ? 'primary' : 'quiet'}" href="/">${text.allNotes}</a></div></div>`,
  )
