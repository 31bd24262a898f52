const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

/** Shows moments as the viewer writes them, in the viewer's time zone, with the exact moment on hover. */
export function localizeTimes(within: ParentNode): void {
  for (const time of within.querySelectorAll('time')) {
    const moment = new Date(time.dateTime)
    time.textContent = days.format(moment)
    time.title = moments.format(moment)
  }
}
