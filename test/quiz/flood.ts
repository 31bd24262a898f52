import { readFileSync } from 'node:fs'

// Run where the site is: `node flood.ts <url> <file>` keeps the removal tier full until it is killed, which cancels what
// it has asked for. Prints a line when the tier refuses for the first time.
const [url = '', file = ''] = process.argv.slice(2)
const CLIENTS = 80
const body = readFileSync(file)
let said = false

const post = async () => {
  const { status } = await fetch(`${url}/cutout`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body })
  if (status !== 429) return
  if (!said) console.log('full')
  said = true
  await new Promise(resolve => setTimeout(resolve, 100))
}

await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    for (;;) await post().catch(() => {})
  }),
)
