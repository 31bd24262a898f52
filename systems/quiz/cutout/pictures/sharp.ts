import sharp from 'sharp'

// One picture a thread of work, and nothing kept between pictures: memory is bounded by what is under way.
sharp.concurrency(1)
sharp.cache(false)
// Whatever a file pretends to be, only these three decoders ever see it.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })

/** How long one step of libvips may take, seconds: it can't be ended from outside. */
export const STEP_SECONDS = 20

/** The library with this service's limits. The main thread loads it before any worker does: its code must outlive them. */
export { sharp }
