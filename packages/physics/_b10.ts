import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import * as P from './src/index.js';
const map=P.linesMap({height:392,width:392,random:new Random(1,'o')});
const object=P.objectFromMaps({amplitude:map,phase:P.phaseFromAmplitude(map)}); const probe=P.diskProbe({N:64});
const area=P.scanArea({height:392,width:392},64); const scan=P.jitteredRasterScan({area,step:7,jitter:2,random:new Random(3)});
const cpu=()=>{const c=process.cpuUsage();return (c.user+c.system)/1e3;};
for(const nphotons of [Infinity,1e3,1e4,1e5,1e9]) for(let rep=0;rep<2;rep++){ let t=performance.now(),c=cpu(); const s=P.simulateScan({object,probe,x:scan.x,y:scan.y,nphotons,seed:1}); const t1=performance.now(),c1=cpu(); let n=0; for await(const b of s.frames()){n+=b.count;} const t2=performance.now(),c2=cpu(); if(rep)console.log(nphotons,'frames',n,'setup cpu ms/frame',((c1-c)/n).toFixed(3),'frames cpu ms/frame',((c2-c1)/n).toFixed(3),'wall ms/frame', ((t2-t)/n).toFixed(3),'overall/s wall',(n/(t2-t)*1e3).toFixed(0));}
