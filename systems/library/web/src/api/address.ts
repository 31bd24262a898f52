/** The part of `window.location` that decides. */
export interface Place {
  readonly protocol: string
  readonly host: string
}

/**
 * Where the API is, without a slash at the end.
 *
 * What the deployment wrote into `config.json` says its name and port; the scheme is always the page's own, since the
 * same deployment may be served over TLS and plain. Without that file the API is at `app.` and the page's own host.
 *
 * @param config  the content of `/config.json`, or undefined when there is none
 */
export function apiAddress(place: Place, config: unknown): string {
  const configured = apiUrlOf(config)
  if (configured === undefined) return `${place.protocol}//app.${place.host}`
  const { host } = new URL(configured, `${place.protocol}//${place.host}`)
  return `${place.protocol}//${host}`
}

function apiUrlOf(config: unknown): string | undefined {
  if (typeof config !== 'object' || config === null || !('apiUrl' in config)) return undefined
  return typeof config.apiUrl === 'string' && config.apiUrl !== '' ? config.apiUrl : undefined
}

/** Finds the API from the page it is called on; asks for `config.json` once, and again only when nobody answered. */
export function findApi(): () => Promise<string> {
  let found: Promise<string> | undefined
  return () => {
    found ??= readConfig().then(config => apiAddress(window.location, config))
    found.catch(() => {
      found = undefined
    })
    return found
  }
}

async function readConfig(): Promise<unknown> {
  const response = await fetch('/config.json')
  if (!response.ok) return undefined
  return response.json().catch(() => undefined)
}
