import { request } from 'node:https'

const SAMPLES = [
  { title: 'Water the plants', description: 'The fern twice', tags: ['home'], done: true },
  { title: 'Return the books', description: 'Three of them, before Friday', tags: ['errands'] },
  { title: 'Draft the talk', description: 'What a zone is, and what its loss costs', tags: ['work', 'writing'] },
  { title: 'Buy oat milk', description: 'Two litres', tags: ['errands', 'kitchen'] },
]

/** Adds some notes to look at. @returns what removes them again */
export async function addSamples(address: string): Promise<() => Promise<void>> {
  const made: number[] = []
  for (const sample of SAMPLES) made.push(((await send(address, 'POST', '', sample)) as { readonly id: number }).id)
  return async () => {
    for (const id of made) await send(address, 'DELETE', `/${id}`)
  }
}

function send(address: string, method: string, path: string, body?: object): Promise<unknown> {
  const { hostname, port, host } = new URL(address)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        servername: hostname,
        rejectUnauthorized: false,
        method,
        path: `/api/notes${path}`,
        headers: { Host: host, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      },
      answer => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 300) resolve(text ? JSON.parse(text) : undefined)
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}
