import { describe, expect, it } from 'vitest';
import { expositionOf } from '../../../../signer/metrics/exposition.ts';

describe('the text that Prometheus reads', () => {
  it('Prometheus text format 0.0.4: help, type and one line a sample', () => {
    const metrics = [
      {
        name: 'inkan_epoch',
        type: 'gauge',
        help: 'The newest epoch.',
        samples: [{ value: 12 }],
      },
      {
        name: 'inkan_store_writes_total',
        type: 'counter',
        help: 'Calls.',
        samples: [
          { labels: { outcome: 'acknowledged', store: 'kv' }, value: 3 },
          { labels: { outcome: 'kv-throttled', store: 'kv' }, value: 0.5 },
        ],
      },
    ] as const;
    expect(expositionOf(metrics)).toBe(`# HELP inkan_epoch The newest epoch.
# TYPE inkan_epoch gauge
inkan_epoch 12
# HELP inkan_store_writes_total Calls.
# TYPE inkan_store_writes_total counter
inkan_store_writes_total{outcome="acknowledged",store="kv"} 3
inkan_store_writes_total{outcome="kv-throttled",store="kv"} 0.5
`);
  });

  it('Prometheus text format 0.0.4: backslash, quote and line feed are escaped', () => {
    const samples = [{ labels: { name: 'a"b\\c\nd' }, value: 1 }];
    const metric = { name: 'inkan_x', type: 'gauge', help: 'a\\b\nc "d"', samples } as const;
    expect(expositionOf([metric])).toBe(
      '# HELP inkan_x a\\\\b\\nc "d"\n# TYPE inkan_x gauge\ninkan_x{name="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [1_795_392_000, '1795392000'],
  ])('Prometheus text format 0.0.4: %s is written %s', (value, text) => {
    const metric = { name: 'inkan_x', type: 'gauge', help: 'x', samples: [{ value }] } as const;
    expect(expositionOf([metric])).toContain(`\ninkan_x ${text}\n`);
  });
});
