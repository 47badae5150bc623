import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkDataset, NpzFile, openScan, PickledArrayError } from '@ptychokit/memmap-bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

const script = `
import json, sys, os
import numpy as np
rng = np.random.default_rng(0)
n, N = 10, 6
frames = rng.random((n, N, N)).astype('f4')
base = dict(xcoords=np.arange(n) + 8.0, ycoords=np.arange(n)[::-1] + 8.0, probeGuess=np.ones((N, N), 'c8'), _metadata=np.array(json.dumps({'k': 1})))
save = lambda name, packed=False, **more: (np.savez_compressed if packed else np.savez)(os.path.join(sys.argv[1], name), **{**base, **more})
save('plain', diffraction=frames)
save('packed', True, diffraction=frames)
save('big_endian', diffraction=frames.astype('>f4'), probeGuess=np.ones((N, N), '>c16'))
save('fortran', diffraction=np.asfortranarray(frames), probeGuess=np.asfortranarray(base['probeGuess']))
save('last', diffraction=np.moveaxis(frames, 0, -1).copy())
save('double', True, diffraction=frames.astype('f8'))
save('pickled', diffraction=frames, _metadata=np.array({'k': 1}, dtype=object))
np.savez(os.path.join(sys.argv[1], 'types'), **{t: np.array([1, 0, 1], dtype=t) for t in ['?', 'i1', 'u2', '>i4', 'i8', 'f2', '>f8', 'c8']}, text=np.array(['a', 'bc']), raw=np.array([b'a', b'bc']), scalar=np.float64(2.5), cube=np.arange(24).reshape(2, 3, 4).T)
np.save(os.path.join(sys.argv[1], 'sum'), np.zeros(1))
print(json.dumps(frames.ravel().tolist()))
`;

describe.skipIf(!hasNumpy)('files that numpy writes', () => {
  let frames: Float32Array;

  beforeAll(() => {
    const { stdout, stderr } = spawnSync('python3', ['-c', script, folder], { encoding: 'utf8' });
    expect(stderr).toBe('');
    frames = Float32Array.from(JSON.parse(stdout) as number[]);
  });

  it.each(['plain', 'packed', 'big_endian', 'fortran', 'last', 'double', 'pickled'])('%s.npz opens with the same frames', async (name) => {
    const path = join(folder, `${name}.npz`);
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
    const raw = await openScan(path, { memmapDir: join(folder, 'cache') });
    const into = new Float32Array(frames.length);
    await raw.frames.readFrames(
      Int32Array.from({ length: 10 }, (_, i) => i),
      into,
    );
    expect(into).toEqual(frames);
    expect([...raw.xcoords]).toEqual(Array.from({ length: 10 }, (_, i) => i + 8));
    expect(raw.metadata).toEqual(name === 'pickled' ? {} : { k: 1 });
    await raw.close();
  });

  it('hold arrays of every kind', async () => {
    const npz = await NpzFile.open(join(folder, 'types.npz'));
    for (const type of ['?', 'i1', 'u2', '>i4', 'i8', 'f2', '>f8']) expect([...(await npz.read(type)).data].map(Number)).toEqual([1, 0, 1]);
    expect(await npz.read('c8')).toEqual({ type: 'complex64', shape: [3], data: Float32Array.of(1, 0, 0, 0, 1, 0) });
    expect((await npz.read('text')).data).toEqual(['a', 'bc']);
    expect((await npz.read('raw')).data).toEqual(['a', 'bc']);
    expect(await npz.read('scalar')).toEqual({ type: 'float64', shape: [], data: Float64Array.of(2.5) });
    const cube = await npz.read('cube');
    expect([cube.shape, Number(cube.data[1]), Number(cube.data[6])]).toEqual([[4, 3, 2], 12, 1]);
    await npz.close();
    const pickled = await NpzFile.open(join(folder, 'pickled.npz'));
    await expect(pickled.read('_metadata')).rejects.toThrow(PickledArrayError);
    await pickled.close();
  });
});
