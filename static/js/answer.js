/* Says whether somebody's hand was on the page: a help against mail scanners that submit forms. Nothing depends on it. */
(function(){var h=document.querySelector("input[name=hand]");if(!h)return;
h.value=navigator.webdriver?"robot":"none";
["pointerdown","keydown","touchstart"].forEach(function(e){addEventListener(e,function(v){if(v.isTrusted&&!navigator.webdriver)h.value="seen"},{passive:true})})})();
