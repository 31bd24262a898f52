/** The script of `/docs`: shows each operation with a form that sends it. Plain DOM, no dependency, no inline code. */
export const docsScript = String.raw`
const main = document.getElementById('operations')

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties)
  node.append(...children)
  return node
}

const resolve = (api, schema) => {
  const id = schema && schema.$ref ? schema.$ref.split('/').pop() : undefined
  return id ? api.components.schemas[id] : schema || {}
}

function example(api, schema) {
  const resolved = resolve(api, schema)
  if ('default' in resolved) return resolved.default
  if (resolved.examples) return resolved.examples[0]
  if (resolved.anyOf) return example(api, resolved.anyOf[0])
  if (resolved.type === 'object') {
    return Object.fromEntries(Object.entries(resolved.properties || {}).map(([name, one]) => [name, example(api, one)]))
  }
  if (resolved.type === 'array') return []
  return { integer: 1, number: 1, boolean: true }[resolved.type] ?? 'text'
}

function allowed(schema) {
  const parts = [schema.enum ? schema.enum.join(', ') : schema.type]
  if (schema.minimum !== undefined) parts.push('from ' + schema.minimum)
  if (schema.maximum !== undefined) parts.push('to ' + schema.maximum)
  if (schema.default !== undefined) parts.push('default ' + schema.default)
  return parts.filter(Boolean).join(', ')
}

function parameterField(parameter) {
  const input = element('input', { name: parameter.in + ':' + parameter.name, required: parameter.required, autocomplete: 'off' })
  const says = [parameter.in, allowed(parameter.schema), parameter.description].filter(Boolean).join(' · ')
  return element('label', {}, element('code', { textContent: parameter.name }), input, element('small', { textContent: says }))
}

function bodyField(api, body) {
  const text = JSON.stringify(example(api, body.content['application/json'].schema), null, 2)
  const input = element('textarea', { name: 'body', rows: text.split('\n').length + 1, value: text, spellcheck: false })
  return element('label', {}, element('code', { textContent: 'JSON body' }), input)
}

function requestOf(method, path, form) {
  const headers = {}
  const query = new URLSearchParams()
  let body
  let url = path
  for (const [key, value] of new FormData(form)) {
    const [where, name] = key.split(':')
    if (where === 'body') {
      body = value
      headers['content-type'] = 'application/json'
    } else if (where === 'path') url = url.replace('{' + name + '}', encodeURIComponent(value))
    else if (value !== '' && where === 'query') query.set(name, value)
    else if (value !== '') headers[name] = value
  }
  const search = query.toString()
  return [search ? url + '?' + search : url, { method, headers, ...(body === undefined ? {} : { body }) }]
}

const quote = text => "'" + text.replaceAll("'", "'\\''") + "'"

function curl(url, { method, headers, body }) {
  const parts = ['curl', '-X', method, quote(location.origin + url)]
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quote(name + ': ' + value))
  if (body !== undefined) parts.push('-d', quote(body))
  return parts.join(' ')
}

async function answerTo(url, init) {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    const shown = ['x-total-count', 'link', 'location', 'allow', 'retry-after', 'x-request-id']
      .filter(name => response.headers.has(name))
      .map(name => name + ': ' + response.headers.get(name))
    let pretty = text
    try {
      pretty = JSON.stringify(JSON.parse(text), null, 2)
    } catch {}
    return [response.status + ' ' + response.statusText, ...shown, '', pretty].join('\n')
  } catch (error) {
    return 'No answer: ' + error.message
  }
}

function operationView(api, path, method, operation) {
  const output = element('pre', { hidden: true, tabIndex: 0 })
  output.setAttribute('role', 'region')
  output.setAttribute('aria-live', 'polite')
  output.setAttribute('aria-label', 'Answer')
  const answers = Object.entries(operation.responses).map(([status, one]) =>
    element('li', { textContent: status + ' ' + one.description }))
  const form = element('form', {},
    ...operation.parameters.map(parameterField),
    ...(operation.requestBody?.content['application/json'] ? [bodyField(api, operation.requestBody)] : []),
    element('ul', { className: 'answers' }, ...answers),
    element('button', { textContent: 'Send' }),
    output)
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const [url, init] = requestOf(method.toUpperCase(), path, form)
    output.hidden = false
    output.textContent = curl(url, init) + '\n\n…'
    output.textContent = curl(url, init) + '\n\n' + (await answerTo(url, init))
  })
  return element('details', { id: operation.operationId },
    element('summary', {},
      element('code', { className: 'method', textContent: method.toUpperCase() }),
      element('code', { textContent: path }),
      element('span', { textContent: operation.summary })),
    form)
}

const api = await (await fetch('/openapi.json')).json()
const groups = new Map()
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? 'other'
    if (!groups.has(tag)) groups.set(tag, [])
    groups.get(tag).push(operationView(api, path, method, operation))
  }
}
main.replaceChildren(...[...groups].map(([tag, views]) =>
  element('section', {}, element('h2', { textContent: tag }), ...views)))
main.removeAttribute('aria-busy')
`
