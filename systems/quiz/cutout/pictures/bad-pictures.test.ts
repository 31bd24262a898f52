import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentOf, own, png, rgbaOf, startTestCutout, type TestCutout } from '../testing/running-cutout.ts'
import { sharp } from './sharp.ts'

let cutout: TestCutout
beforeAll(async () => {
  cutout = await startTestCutout()
})
afterAll(() => cutout?.[Symbol.asyncDispose]())

const solid = (width: number, height: number, background = '#804020') =>
  sharp({ create: { width, height, channels: 3, background } })

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A PNG with whatever header and content. */
function handmadePng(width: number, height: number, content: Uint8Array, before: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...before,
    chunk('IDAT', content),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('pictures that are refused', () => {
  it.each<[what: string, status: number, detail: RegExp, bytes: () => Promise<Uint8Array> | Uint8Array]>([
    ['nothing at all', 400, /The body is empty/, () => new Uint8Array()],
    [
      'SVG',
      415,
      /JPEG, PNG or WebP/,
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ['GIF', 415, /JPEG, PNG or WebP/, () => solid(9, 9).gif().toBuffer()],
    ['TIFF', 415, /JPEG, PNG or WebP/, () => solid(9, 9).tiff().toBuffer()],
    ['HEIF', 415, /JPEG, PNG or WebP/, () => solid(9, 9).avif().toBuffer()],
    ['text', 415, /JPEG, PNG or WebP/, () => Buffer.from('a picture, honestly')],
    [
      'SVG behind the first bytes of a JPEG',
      422,
      /JPEG file is broken/,
      () => Buffer.from('\xff\xd8\xff<svg/>', 'latin1'),
    ],
    [
      'a PNG that claims 50,000 × 50,000',
      422,
      /50000 × 50000 pixels/,
      () => handmadePng(50_000, 50_000, deflateSync('x')),
    ],
    [
      'a PNG that claims 2³¹ pixels a side',
      422,
      /PNG file is broken/,
      () => handmadePng(2 ** 31, 2 ** 31, deflateSync('x')),
    ],
    [
      'a picture of a little more than 20 megapixels',
      422,
      /at most 20 megapixels/,
      () => handmadePng(6299, 3176, deflateSync('x')),
    ],
    [
      'a picture one pixel high and very long',
      422,
      /no side may be longer than 16383/,
      () => handmadePng(20_000, 1, deflateSync('x')),
    ],
    ['a PNG of no size', 422, /PNG file is broken/, () => handmadePng(0, 10, deflateSync('x'))],
    [
      'a PNG with less content than its size',
      422,
      /PNG file is broken/,
      () => handmadePng(100, 100, deflateSync(Buffer.alloc(50))),
    ],
    [
      'a PNG whose content is no zlib stream',
      422,
      /PNG file is broken/,
      () => handmadePng(10, 10, Buffer.from('nonsense')),
    ],
    [
      'a JPEG cut off in its header',
      422,
      /JPEG file is broken/,
      async () => (await solid(200, 200).jpeg().toBuffer()).subarray(0, 30),
    ],
    ['a JPEG cut off in its data', 422, /JPEG file is broken/, async () => half(await noise().jpeg().toBuffer())],
    ['a PNG cut off', 422, /PNG file is broken/, async () => half(await noise().png().toBuffer())],
    ['a WebP cut off', 422, /WebP file is broken/, async () => half(await noise().webp().toBuffer())],
  ])('Q-02: %s: %i', async (_what, status, detail, bytes) => {
    const answer = await cutout.post(own(await bytes()), { 'content-type': 'image/jpeg' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ])
    expect((await documentOf(answer)).detail).toMatch(detail)
  })

  it('a body larger than any picture: 413, whether its length is told or not', async () => {
    const bytes = new Uint8Array(33 * 1024 * 1024)
    expect((await cutout.post(bytes)).status).toBe(413)
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1024 * 1024))
      },
    })
    const answer = fetch(`${cutout.url}/cutout`, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect((await answer).status).toBe(413)
  })

  it('metadata that inflate to a gigabyte take no memory', async () => {
    const before = process.memoryUsage().rss
    const bomb = Buffer.concat([Buffer.from('icc\0\0'), deflateSync(Buffer.alloc(256 * 1024 * 1024))])
    const text = Buffer.concat([Buffer.from('note\0\0'), deflateSync(Buffer.alloc(256 * 1024 * 1024))])
    const content = deflateSync(Buffer.alloc(10 * 31))
    for (const one of [chunk('iCCP', bomb), chunk('zTXt', text)])
      expect([200, 422]).toContain((await cutout.post(own(handmadePng(10, 10, content, [one])))).status)
    // The test's own two buffers are within it.
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * 1024 * 1024)
  })

  it('none of them costs a worker', () => {
    expect(cutout.log.lines.some(({ message }) => message === 'a worker is replaced')).toBe(false)
  })
})

describe('pictures that are unusual, and sound', () => {
  const sizeOf = async (bytes: Uint8Array, headers = {}) => {
    const answer = await cutout.post(own(bytes), headers)
    expect(answer.status).toBe(200)
    const { info, data } = await rgbaOf(answer)
    expect(info.channels).toBe(4)
    return { size: [info.width, info.height], pixel: [...data.subarray(0, 4)] }
  }

  it('Q-02: one pixel', async () => {
    expect((await sizeOf(await png('plain', 1, 1))).size).toEqual([1, 1])
  })

  it('Q-02: a JPEG that says it is a PNG, and has no content type', async () => {
    const jpeg = await solid(20, 10).jpeg().toBuffer()
    expect((await sizeOf(jpeg, { 'content-type': 'image/png' })).size).toEqual([20, 10])
    expect((await sizeOf(jpeg)).size).toEqual([20, 10])
  })

  it('Q-02: of an animated WebP, the first frame', async () => {
    const frames = await Promise.all(['#804020', '#204080'].map(colour => solid(20, 10, colour).png().toBuffer()))
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer()
    expect((await sharp(animated).metadata()).pages).toBe(2)
    expect(await sizeOf(animated)).toEqual({ size: [20, 10], pixel: [0x80, 0x40, 0x20, 255] })
  })

  it('Q-02: CMYK becomes sRGB', async () => {
    const cmyk = await solid(20, 10, '#c83c28').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const { size, pixel } = await sizeOf(cmyk)
    expect(size).toEqual([20, 10])
    for (const [index, expected] of [0xc8, 0x3c, 0x28].entries())
      expect(Math.abs((pixel[index] ?? 0) - expected)).toBeLessThan(48)
  })

  it('Q-02: 16 bits a channel, colour and grey, become 8', async () => {
    const colour = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#6496c8' } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const grey = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#646464' } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect([(await sharp(colour).metadata()).depth, (await sharp(grey).metadata()).depth]).toEqual(['ushort', 'ushort'])
    expect((await sizeOf(colour)).pixel).toEqual([0x64, 0x96, 0xc8, 255])
    const [red, green, blue] = (await sizeOf(grey)).pixel
    expect([green, blue]).toEqual([red, red])
    expect(Math.abs((red ?? 0) - 0x64)).toBeLessThanOrEqual(1)
  })

  it('Q-02: an orientation that does not exist is ignored', async () => {
    const jpeg = await solid(20, 10).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const exif = jpeg.indexOf('Exif')
    // Orientation is tag 0x0112, a SHORT; its value follows after count.
    const little = jpeg.subarray(exif + 6, exif + 8).toString() === 'II'
    const tag = jpeg.indexOf(Buffer.from(little ? [0x12, 0x01, 0x03, 0x00] : [0x01, 0x12, 0x00, 0x03]), exif)
    expect(tag).toBeGreaterThan(0)
    jpeg.set(little ? [0x63, 0x00] : [0x00, 0x63], tag + 8)
    expect((await sizeOf(jpeg)).size).toEqual([20, 10])
  })

  it('its own transparency stays, and what lay hidden under it is gone', async () => {
    const pixels = Buffer.from([40, 50, 60, 128, 10, 20, 30, 0, 70, 80, 90, 255, 1, 2, 3, 255])
    const source = await sharp(pixels, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer()
    const { data } = await rgbaOf(await cutout.post(own(source)))
    expect([...data]).toEqual([40, 50, 60, 128, 255, 255, 255, 0, 70, 80, 90, 0, 1, 2, 3, 0])
  })

  it('a small file of 20 megapixels is worked on', async () => {
    const bytes = await solid(5000, 4000).png({ compressionLevel: 9 }).toBuffer()
    expect(bytes.length).toBeLessThan(200_000)
    expect((await sizeOf(bytes)).size).toEqual([5000, 4000])
  })
})

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.length / 2))

const noise = () =>
  sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
