import { describe, expect, it } from 'vitest'
import { nginxOrigin } from './nginx-origin.ts'

const configuration = nginxOrigin({
  name: 'origin.example.com',
  root: '/srv/site',
  page: 'main.html',
  apiPort: 3000,
  largestBody: 21,
})

/** What stands in a location. */
const location = (path: string): string => configuration.split(`location ${path} {`).at(-1)?.split('\n  }')[0] ?? ''

describe('NGINX behind a CDN', () => {
  it('Q-20: shows the certificate that certbot keeps, and speaks TLS 1.2 at least', () => {
    expect(configuration).toContain('ssl_certificate /etc/letsencrypt/live/origin.example.com/fullchain.pem;')
    expect(configuration).toContain('ssl_protocols TLSv1.2 TLSv1.3;')
  })

  it('Q-01: shows the page under every path, with its headers', () => {
    expect(location('/')).toContain('try_files /main.html =404;')
    expect(location('/')).toContain('Content-Security-Policy')
  })

  it('Q-01: leaves it to the API how its answers are kept', () => {
    expect(location('/api/')).toContain('proxy_pass http://api;')
    expect(location('/api/')).not.toMatch(/Cache-Control|Content-Security-Policy/)
  })
})
