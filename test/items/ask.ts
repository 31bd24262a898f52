import { get as getPlainly } from 'node:http'
import { get } from 'node:https'

// Run in the place of an instance: `node ask.ts <url>…` prints the status of each answer, or that there is none.
for (const url of process.argv.slice(2)) {
  const { promise, resolve } = Promise.withResolvers<string>()
  // An instance or a task that is asked itself, past its balancer, is silent.
  const isPast = url.includes('//10.')
  const options = { timeout: isPast ? 3000 : 20_000, rejectUnauthorized: !isPast }
  const asked = (url.startsWith('https') ? get : getPlainly)(url, options, answer => {
    answer.resume()
    resolve(String(answer.statusCode))
  })
  asked.on('timeout', () => asked.destroy(new Error('no answer')))
  asked.on('error', error => resolve(error.message))
  console.log(await promise)
}
