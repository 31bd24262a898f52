import { readFileSync } from 'node:fs'

// Run where the site is, until it is killed: `node saturate.ts <url> <file> <clients>` keeps all workers of the removal
// tier busy, and none of its queues full.
const [url = '', file = '', clients = ''] = process.argv.slice(2)
const body = readFileSync(file)

const post = async () => {
  const answer = await fetch(`${url}/cutout`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body })
  await answer.arrayBuffer()
  if (!answer.ok) await new Promise(resolve => setTimeout(resolve, 500))
}

await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    for (;;) await post().catch(() => {})
  }),
)
