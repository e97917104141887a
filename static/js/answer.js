/* Says whether somebody's hand was on the page: a help against mail scanners that submit forms. Nothing depends on it. */
(function(){var h=document.querySelector("input[name=hand]");if(!h)return;
var d=navigator.webdriver;h.value=d?"robot":"none";
["pointerdown","keydown","touchstart"].forEach(function(e){addEventListener(e,function(v){if(v.isTrusted)h.value=d?"driven":"seen"},{passive:true})})})();
